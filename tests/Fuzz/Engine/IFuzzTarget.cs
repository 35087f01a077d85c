namespace Segmentation.Fuzz.Engine;

/// <summary>Something that reads what strangers send.</summary>
internal interface IFuzzTarget : IDisposable
{
    /// <summary>Bytes of the longest input that is tried.</summary>
    int MaxLength => 4096;

    /// <summary>
    /// True where other threads work on an input, too: their memory counts, and no step is repeated exactly.
    /// </summary>
    bool IsThreaded => false;

    /// <summary>Words of the format, for mutations.</summary>
    IReadOnlyList<byte[]> Words => [];

    /// <summary>Valid and nearly valid inputs to begin with.</summary>
    IEnumerable<byte[]> Seeds { get; }

    /// <summary>Managed bytes that an input may take at most.</summary>
    /// <param name="length">Bytes of the input.</param>
    long AllocationLimit(int length);

    /// <summary>
    /// Puts checksums and lengths of a mutated input right, so that what lies behind them is reached; the same input
    /// where a format has none.
    /// </summary>
    byte[] Repair(byte[] input) => input;

    /// <summary>
    /// Reads an input. Refusals that the documentation names are caught here; all else that is thrown is a find.
    /// </summary>
    /// <exception cref="BrokenRuleException">Something does not hold that has to.</exception>
    void Run(byte[] input);
}
