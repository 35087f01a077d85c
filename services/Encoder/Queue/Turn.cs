namespace Segmentation.Encoder.Queue;

/// <summary>The place of work among that of its tenant.</summary>
/// <param name="Place">Seconds of the tier's clock; the smallest comes first.</param>
/// <param name="Number">How many came before: of two with one place the first comes first.</param>
/// <param name="Seconds">Time that it is expected to take of the tier.</param>
internal readonly record struct Turn(double Place, long Number, double Seconds) : IComparable<Turn>
{
    public int CompareTo(Turn other) => (Place, Number).CompareTo((other.Place, other.Number));
}
