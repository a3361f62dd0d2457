"""The one photographer of this process: its browser is kept warm for whoever has an order. Pure."""

import atexit

from moderation.capture.photographer import Photographer

photographer = Photographer()
atexit.register(photographer.stop)
