namespace Segmentation.Projects.Tests.Fixtures;

/// <summary>A database that the record can lie in; tests of the record run on each.</summary>
public enum DatabaseKind
{
    Sqlite,
    Postgres,
}
