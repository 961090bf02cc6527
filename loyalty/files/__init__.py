"""Files on their way in: from the browser, a folder or the command line, in a queue, into facts with a report."""
