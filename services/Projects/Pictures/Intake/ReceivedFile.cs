using Segmentation.Common.Budgets;

namespace Segmentation.Projects.Pictures.Intake;

/// <summary>A file that has arrived whole; its memory is given back by <see cref="Dispose"/>.</summary>
/// <param name="bytes">The file.</param>
/// <param name="sha256">Its SHA-256, 32 bytes.</param>
/// <param name="lease">What its memory is counted by.</param>
internal sealed class ReceivedFile(ReadOnlyMemory<byte> bytes, byte[] sha256, BudgetLease? lease) : IDisposable
{
    /// <summary>The file.</summary>
    public ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>SHA-256 of the file, 32 bytes.</summary>
    public byte[] Sha256 => sha256;

    /// <inheritdoc/>
    public void Dispose() => lease?.Dispose();
}
