-- Divides the two large tables of projects, annotations and their operations, into 16 parts by picture:
--     psql --set ON_ERROR_STOP=1 --dbname DATABASE --file partition.sql
-- Run it once, as the owner of the tables, after `migrate` and while no process of projects runs. Rows that are there are
-- copied, which needs their space a second time. docs/operations.md says when this pays.
--
-- PostgreSQL wants the column that divides a table in each of its unique keys. Ids are therefore unique within a picture
-- from now on; that nobody uses one for two pictures is still checked by the program before it writes.
BEGIN;

DO $$
DECLARE
  target text;
  definition text;
  definitions text[];
BEGIN
  FOREACH target IN ARRAY ARRAY['Annotations', 'Operations'] LOOP
    SELECT array_agg(indexdef) INTO definitions FROM pg_indexes
      WHERE schemaname = current_schema() AND tablename = target AND indexdef NOT LIKE 'CREATE UNIQUE %';
    EXECUTE format('ALTER TABLE %I RENAME TO %I', target, target || 'Whole');
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS) PARTITION BY HASH ("PictureId")', target, target || 'Whole');
    FOR part IN 0..15 LOOP
      EXECUTE format(
        'CREATE TABLE %I PARTITION OF %I FOR VALUES WITH (MODULUS 16, REMAINDER %s)', target || part, target, part);
    END LOOP;

    EXECUTE format('INSERT INTO %I SELECT * FROM %I', target, target || 'Whole');
    EXECUTE format('DROP TABLE %I', target || 'Whole');
    FOREACH definition IN ARRAY definitions LOOP
      EXECUTE definition;
    END LOOP;
  END LOOP;
END $$;

ALTER TABLE "Annotations" ADD CONSTRAINT "PK_Annotations" PRIMARY KEY ("Id", "PictureId");
ALTER TABLE "Operations" ADD CONSTRAINT "PK_Operations" PRIMARY KEY ("PictureId", "Sequence");
CREATE UNIQUE INDEX "IX_Operations_ProjectId_ClientId" ON "Operations" ("ProjectId", "ClientId", "PictureId");

COMMIT;
