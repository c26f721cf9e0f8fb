"""Config -> the parts, put together; the only file that knows every part."""
