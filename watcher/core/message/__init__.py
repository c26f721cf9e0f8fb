"""bytes -> Message, for any bytes: clean one-line headers, repaired text, own words apart from quoted ones.

Source: RFC 5322 (format), RFC 2045-2047 (MIME), RFC 3676 (signature separator).
"""

from watcher.core.message.addresses import Address
from watcher.core.message.parse import parse
from watcher.core.message.values import Message

__all__ = ["Address", "Message", "parse"]
