"""Spreadsheets and papers: typed rows in, bytes out; knows Excel, and nothing of Flask, the database or the tracker."""
