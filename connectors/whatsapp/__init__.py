"""WhatsApp's Cloud API, through pywa: internal only. A screenshot and a question go to an officer of the office, and
the answer comes back by webhook; citizens are not read here, nothing is published."""

from connectors.whatsapp.connector import WhatsApp

__all__ = ["WhatsApp"]
