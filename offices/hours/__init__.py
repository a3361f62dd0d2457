"""When an office is open: its rows, and the WorkingTime that is made of them."""
