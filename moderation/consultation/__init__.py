"""SOP-2, step 3: the screenshot goes to the section head by WhatsApp, and what they say comes back to the case.

Without any set-up it is the phone's own share sheet, and the desk keeps the record; with a connected WhatsApp number
the desk sends it and hears the answer.
"""
