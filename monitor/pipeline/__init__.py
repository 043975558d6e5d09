"""The steps, in the order data flows: gathering, judging, issuing, delivering; watching looks on. Here pure code and I/O meet.

`due` is one tick of all that; `front` what the web server answers; `ports` what every step is given.
"""
