"""How the pages look on this device, and the button that leaves them."""
