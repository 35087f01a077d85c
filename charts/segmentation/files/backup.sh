#!/bin/sh
# Writes a backup of the database to a folder: backup.sh FOLDER. The database is that of PGHOST, PGDATABASE and so on.
# Backups older than KEEP_DAYS days are removed once a new one is there. docs/operations.md tells how to restore one.
set -eu
folder=$1
name=projects-$(date -u +%Y%m%dT%H%M%SZ).dump

# Under another name until it is whole and can be read. A backup that fails leaves nothing behind.
trap 'rm -f "$folder/.$name"' EXIT
pg_dump --format=custom --file="$folder/.$name"
pg_restore --list "$folder/.$name" >/dev/null
mv "$folder/.$name" "$folder/$name"
find "$folder" -maxdepth 1 -name 'projects-*.dump' -mtime "+${KEEP_DAYS:-14}" -exec rm -f {} +
# Files of backups that were killed, which had no time to remove them.
find "$folder" -maxdepth 1 -name '.projects-*.dump' -mtime +1 -exec rm -f {} +
echo "$name: $(wc -c <"$folder/$name") bytes"
