"""The steps, in the order data flows: gathering, judging, issuing, delivering. Here pure code and I/O meet.

`ports` is what every step is given, `tally` what they count.
"""
