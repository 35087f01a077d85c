using Microsoft.AspNetCore.Http.Features;
using Segmentation.Gateway.Contract;

namespace Segmentation.Gateway.Projects;

/// <summary>
/// Keeps the forwarder from resetting the client's stream when the service breaks off, so that the answer can end with
/// a status that says why. Takes the place of the request's own features until it is disposed.
/// </summary>
internal sealed class HeldEnd : IHttpResetFeature, IHttpRequestLifetimeFeature, IDisposable
{
    private readonly IFeatureCollection _features;
    private readonly IHttpResetFeature? _reset;
    private readonly IHttpRequestLifetimeFeature? _lifetime;
    private readonly IHttpResponseBodyFeature? _body;

    /// <summary>Takes the place of a request's features.</summary>
    /// <param name="context">The request.</param>
    /// <param name="aborted">What the forwarder is told is the end of the request.</param>
    public HeldEnd(HttpContext context, CancellationToken aborted)
    {
        _features = context.Features;
        _reset = _features.Get<IHttpResetFeature>();
        _lifetime = _features.Get<IHttpRequestLifetimeFeature>();
        _body = _features.Get<IHttpResponseBodyFeature>();
        if (_body is not null && GrpcRequest.Is(context.Request))
        {
            _features.Set<IHttpResponseBodyFeature>(new CallBody(_body));
        }

        RequestAborted = aborted;
        _features.Set<IHttpResetFeature>(this);
        _features.Set<IHttpRequestLifetimeFeature>(this);
    }

    public CancellationToken RequestAborted { get; set; }

    public void Reset(int errorCode)
    {
        // The stage in front ends the answer.
    }

    public void Abort()
    {
        // As above.
    }

    public void Dispose()
    {
        _features.Set(_reset);
        _features.Set(_lifetime);
        _features.Set(_body);
    }
}
