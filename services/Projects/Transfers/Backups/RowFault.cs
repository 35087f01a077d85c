namespace Segmentation.Projects.Transfers.Backups;

/// <summary>Fault of a row of a backup, which is left out.</summary>
/// <param name="Field">The field.</param>
/// <param name="Reason">Sentence that says what is wrong.</param>
internal sealed record RowFault(string Field, string Reason);
