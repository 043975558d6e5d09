"""Articles: the text of a page or a seed file, when it was published, and which addresses mean the same article.

Import from the modules: reading pages costs a tenth of a second that scoring and polling need not pay.
"""
