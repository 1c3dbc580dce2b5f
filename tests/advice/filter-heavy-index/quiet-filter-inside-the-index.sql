select weight from tickets where tenant = 7 and weight % 1000 = 3
