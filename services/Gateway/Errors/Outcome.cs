using System.Diagnostics.CodeAnalysis;
using Grpc.Core;

namespace Segmentation.Gateway.Errors;

/// <summary>
/// A value, or the status that explains its absence. The same failure becomes an RPC's status in a unary call and
/// a StreamError in a live session, so it travels as a value until the edge decides.
/// </summary>
internal readonly struct Outcome<T>
    where T : class
{
    private readonly T? _value;

    private Outcome(T? value, RpcStatus? problem)
    {
        _value = value;
        Problem = problem;
    }

    /// <summary>The status; null when there is a value.</summary>
    public RpcStatus? Problem { get; }

    public static implicit operator Outcome<T>(T value) => new(value, null);

    /// <summary>A value; for interfaces, which no operator converts.</summary>
    public static Outcome<T> From(T value) => new(value, null);

    public static implicit operator Outcome<T>(RpcStatus problem) => new(null, problem);

    /// <summary>True with the value, or false with the problem.</summary>
    public bool TryGet([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out RpcStatus? problem)
    {
        value = _value;
        problem = Problem;
        return value is not null;
    }

    /// <summary>The value; a problem ends the call with its status.</summary>
    /// <exception cref="RpcException">There is no value.</exception>
    public T OrThrow() => TryGet(out var value, out var problem) ? value : throw problem.ToRpcException();
}
