"""The way in, after the password: the second step, or adding a second factor where one is a must."""
