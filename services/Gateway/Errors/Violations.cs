using System.Collections;
using Google.Rpc;

namespace Segmentation.Gateway.Errors;

/// <summary>Collects the violations of a request, so that one answer names all of them.</summary>
internal sealed class Violations : IEnumerable<BadRequest.Types.FieldViolation>
{
    // The status travels in trailers, which some clients bound at 8 KiB in all.
    private const int Shown = 32;

    private BadRequest? _detail;
    private int _count;

    /// <summary>True when there is a violation.</summary>
    public bool Any => _count > 0;

    /// <summary>Notes a violation.</summary>
    /// <param name="field">Full path, for example <c>prompts[3].points[0].x</c>.</param>
    /// <param name="description">The value and what is allowed.</param>
    public void Add(string field, string description)
    {
        if (++_count <= Shown)
        {
            _detail ??= new BadRequest();
            _detail.FieldViolations.Add(
                new BadRequest.Types.FieldViolation { Field = field, Description = description });
        }
    }

    /// <summary>INVALID_ARGUMENT with a BadRequest detail; the message repeats the first violation.</summary>
    public RpcStatus ToStatus(string reason = "INVALID_FIELD")
    {
        var first = _detail!.FieldViolations[0];
        var more = _count == 1 ? "" : $" ({_count - 1} more in the details)";
        return Problem.Of(
            StatusCode.InvalidArgument, reason, $"{first.Field}: {first.Description}{more}", _detail);
    }

    public IEnumerator<BadRequest.Types.FieldViolation> GetEnumerator() =>
        (_detail?.FieldViolations ?? Enumerable.Empty<BadRequest.Types.FieldViolation>()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
