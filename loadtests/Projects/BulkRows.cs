using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using Segmentation.Projects.Storage;

namespace Segmentation.LoadTests.Projects;

/// <summary>
/// Writes many rows of one table at once: by one prepared statement in SQLite, by COPY in PostgreSQL. Columns and their
/// forms are those of the record's model.
/// </summary>
internal static class BulkRows
{
    /// <summary>Writes rows, in a transaction of their own.</summary>
    public static async Task WriteAsync<TRow>(ProjectsDb db, IEnumerable<TRow> rows, CancellationToken cancellationToken)
        where TRow : class
    {
        var entity = db.Model.FindEntityType(typeof(TRow))!;
        var columns = entity.GetProperties().Select(Column.Of).ToArray();
        await db.Database.OpenConnectionAsync(cancellationToken);
        if (db.Database.GetDbConnection() is NpgsqlConnection postgres)
        {
            await CopyAsync(postgres, entity, columns, rows, cancellationToken);
        }
        else
        {
            await InsertAsync(db.Database.GetDbConnection(), entity, columns, rows, cancellationToken);
        }
    }

    /// <summary>Has PostgreSQL give numbers after those that were written.</summary>
    public static async Task ContinueNumbersAsync(ProjectsDb db, CancellationToken cancellationToken)
    {
        if (!db.Database.IsSqlite())
        {
            await db.Database.ExecuteSqlRawAsync(
                """SELECT setval(pg_get_serial_sequence('"Pictures"', 'Id'), (SELECT MAX("Id") FROM "Pictures"))""",
                cancellationToken);
        }
    }

    private static string Names(IEnumerable<Column> columns) =>
        string.Join(", ", columns.Select(column => $"\"{column.Name}\""));

    private static async Task CopyAsync(
        NpgsqlConnection connection,
        IEntityType entity,
        Column[] columns,
        IEnumerable<object> rows,
        CancellationToken cancellationToken)
    {
        await using var importer = await connection.BeginBinaryImportAsync(
            $"COPY \"{entity.GetTableName()}\" ({Names(columns)}) FROM STDIN (FORMAT BINARY)", cancellationToken);
        foreach (var row in rows)
        {
            await importer.StartRowAsync(cancellationToken);
            foreach (var column in columns)
            {
                if (column.ValueOf(row) is { } value)
                {
                    await importer.WriteAsync(value, column.StoreType, cancellationToken);
                }
                else
                {
                    await importer.WriteNullAsync(cancellationToken);
                }
            }
        }

        await importer.CompleteAsync(cancellationToken);
    }

    private static async Task InsertAsync(
        DbConnection connection,
        IEntityType entity,
        Column[] columns,
        IEnumerable<object> rows,
        CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var insert = connection.CreateCommand();
        insert.Transaction = transaction;
        var places = string.Join(", ", columns.Select((_, place) => $"@p{place}"));
        insert.CommandText = $"INSERT INTO \"{entity.GetTableName()}\" ({Names(columns)}) VALUES ({places})";
        foreach (var (_, place) in columns.Select((column, place) => (column, place)))
        {
            var parameter = insert.CreateParameter();
            parameter.ParameterName = $"@p{place}";
            insert.Parameters.Add(parameter);
        }

        foreach (var row in rows)
        {
            for (var i = 0; i < columns.Length; i++)
            {
                insert.Parameters[i].Value = columns[i].ValueOf(row) ?? DBNull.Value;
            }

            await insert.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private sealed record Column(string Name, string StoreType, Func<object, object?> ValueOf)
    {
        public static Column Of(IProperty property)
        {
            var mapping = property.GetRelationalTypeMapping();
            return new(property.GetColumnName(), mapping.StoreType, row => ValueIn(row, property, mapping));
        }

        private static object? ValueIn(object row, IProperty property, RelationalTypeMapping mapping)
        {
            var value = property.PropertyInfo!.GetValue(row);
            return value is not null && mapping.Converter is { } converter ? converter.ConvertToProvider(value) : value;
        }
    }
}
