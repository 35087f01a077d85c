using Segmentation.Projects.Storage.Rows;

namespace Segmentation.Projects.Transfers.Work;

/// <summary>Items that a transfer leaves out: all are counted, the first are kept with their reasons.</summary>
internal sealed class TransferErrors
{
    /// <summary>Items of a transfer that are kept.</summary>
    public const int MaxKept = 10_000;

    private const int MaxText = 2_000;
    private readonly List<TransferErrorRow> _new = [];
    private readonly long _transfer;

    public TransferErrors(long transfer, long count) => (_transfer, Count) = (transfer, count);

    /// <summary>Items in all.</summary>
    public long Count { get; private set; }

    /// <summary>Items that are not in the record so far.</summary>
    public IReadOnlyList<TransferErrorRow> Unsaved => _new;

    /// <summary>Adds an item.</summary>
    /// <param name="item">A file, a picture, an annotation.</param>
    /// <param name="field">Field within it, or empty.</param>
    /// <param name="reason">Sentence that says what is wrong and what to do.</param>
    public void Add(string item, string field, string reason)
    {
        if (Count++ < MaxKept)
        {
            _new.Add(new TransferErrorRow
            {
                TransferId = _transfer, Item = Short(item), Field = Short(field), Reason = Short(reason),
            });
        }
    }

    /// <summary>Forgets the items that are in the record now.</summary>
    public void Saved() => _new.Clear();

    // PostgreSQL's text holds no zero characters.
    private static string Short(string text) =>
        (text.Length <= MaxText ? text : text[..MaxText] + "...").Replace('\0', '\uFFFD');
}
