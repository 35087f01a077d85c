using System.Security.Cryptography;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Segmentation.Common.Budgets;
using Segmentation.Projects.Configuration;
using Segmentation.Projects.Errors;

namespace Segmentation.Projects.Pictures.Intake;

/// <summary>
/// Takes files of pictures into memory while they arrive, and hashes them on the way. Files in flight share a budget,
/// so that many large ones at a time are put off and not the whole process ended.
/// </summary>
internal sealed class FileReceiver(IOptions<ProjectsOptions> options)
{
    private const int FirstBytes = 256 * 1024;

    private readonly ByteBudget _budget = new(options.Value.MaxBytesInFlight);

    /// <summary>Largest file in bytes.</summary>
    public int MaxBytes { get; } = options.Value.MaxPictureBytes;

    /// <summary>Refuses a size that is announced, before any byte has arrived.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: the file is too large.</exception>
    public void CheckSize(string field, long announced)
    {
        if (announced < 0 || announced > MaxBytes)
        {
            throw TooLarge(field, $"{announced} bytes");
        }
    }

    /// <summary>Reads a file up to its end.</summary>
    /// <param name="content">The file.</param>
    /// <param name="announced">Its size as announced, by which memory is taken; 0: not announced.</param>
    /// <param name="tenant">Tenant, whose share of the memory is counted.</param>
    /// <param name="field">Field of the request, for errors.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RpcException">
    /// INVALID_ARGUMENT: the file is too large. RESOURCE_EXHAUSTED: too many bytes are in flight.
    /// </exception>
    public async Task<ReceivedFile> ReceiveAsync(
        Stream content, long announced, string tenant, string field, CancellationToken cancellationToken)
    {
        CheckSize(field, announced);
        var lease = _budget.Open(tenant, tenant);
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            // One byte more than announced is enough to tell that the file is larger.
            var bytes = Grown(lease, [], announced > 0 ? (int)announced + 1 : FirstBytes);
            var filled = 0;
            while (true)
            {
                if (filled == bytes.Length)
                {
                    if (filled > MaxBytes)
                    {
                        throw TooLarge(field, $"more than {MaxBytes} bytes");
                    }

                    bytes = Grown(lease, bytes, (int)Math.Min(2L * filled, MaxBytes + 1L));
                }

                var read = await content.ReadAsync(bytes.AsMemory(filled), cancellationToken);
                if (read == 0)
                {
                    break;
                }

                hash.AppendData(bytes, filled, read);
                filled += read;
            }

            return filled > MaxBytes
                ? throw TooLarge(field, $"more than {MaxBytes} bytes")
                : new ReceivedFile(bytes.AsMemory(0, filled), hash.GetHashAndReset(), lease);
        }
        catch
        {
            lease.Dispose();
            throw;
        }
    }

    private static byte[] Grown(BudgetLease lease, byte[] bytes, int size)
    {
        if (!lease.TryGrow(size - bytes.Length))
        {
            throw ProjectProblem.Of(
                StatusCode.ResourceExhausted,
                "UPLOADS_IN_FLIGHT",
                "Too many bytes of pictures are arriving at the moment. Send the file again after the delay in "
                    + "RetryInfo.",
                new RetryInfo { RetryDelay = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)) });
        }

        Array.Resize(ref bytes, size);
        return bytes;
    }

    private RpcException TooLarge(string field, string size) => ProjectProblem.Invalid(
        field, $"The file has {size}; a picture has at most {MaxBytes}. Save it smaller, for example as JPEG");
}
