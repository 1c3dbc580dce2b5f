# Turns files into C: an array `embedded_TABLE` of { file name, text }, ended by a NULL name. -v table=TABLE
function base(path) { sub(/.*\//, "", path); return path }
BEGIN {
	print "typedef struct Embedded { const char *name, *text; } Embedded;"
	print "extern const Embedded embedded_" table "[];"
	print "const Embedded embedded_" table "[] = {"
}
FNR == 1 { if (NR > 1) print "\t},"; print "\t{\"" base(FILENAME) "\"," }
{ gsub(/\\/, "&&"); gsub(/"/, "\\\""); gsub(/\?/, "\\?"); print "\t\"" $0 "\\n\"" }
END { if (NR) print "\t},"; print "\t{0, 0},\n};" }
