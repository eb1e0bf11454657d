// An app for pods that really run: it stands in for one that starts slowly and ends badly.
module lunchbox-test-stand-in

go 1.22
