"""Check-in by QR code in split custody: nobody alone knows who was where, and after 28 days nobody at all."""
