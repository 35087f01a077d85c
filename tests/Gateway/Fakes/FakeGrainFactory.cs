using System.Reflection;
using Segmentation.Grains;

namespace Segmentation.Gateway.Tests.Fakes;

/// <summary>An IGrainFactory that knows image grains by their string key and nothing else.</summary>
public class FakeGrainFactory : DispatchProxy
{
    private FakeGrain _grain = null!;

    internal static IGrainFactory Create(FakeGrain grain)
    {
        var factory = Create<IGrainFactory, FakeGrainFactory>();
        ((FakeGrainFactory)(object)factory)._grain = grain;
        return factory;
    }

    protected override object Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod?.Name != "GetGrain" || args is not [string key, _]
            || targetMethod.ReturnType != typeof(IImageGrain))
        {
            throw new NotSupportedException($"{targetMethod}");
        }

        var image = DispatchProxy.Create<IImageGrain, ImageGrain>();
        ((ImageGrain)image).Bind(key, _grain);
        return image;
    }

    /// <summary>One image's grain.</summary>
    public class ImageGrain : DispatchProxy
    {
        private string _key = "";
        private FakeGrain _grain = null!;

        internal void Bind(string key, FakeGrain grain) => (_key, _grain) = (key, grain);

        protected override object Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod?.Name switch
        {
            nameof(IImageGrain.DecodeAsync) =>
                _grain.DecodeAsync(_key, (DecodeRequest)args![0]!, (CancellationToken)args[1]!),
            nameof(IImageGrain.SearchAsync) =>
                _grain.SearchAsync(_key, (PointsRequest)args![0]!, (CancellationToken)args[1]!),
            nameof(IImageGrain.LeaveSearchAsync) => _grain.LeaveSearchAsync(_key, (Guid)args![2]!),
            nameof(IImageGrain.PrepareAsync) => _grain.PrepareAsync(_key),
            nameof(IImageGrain.AdoptAsync) => _grain.AdoptAsync(_key, (EmbeddingData)args![0]!),
            nameof(IImageGrain.FindAsync) => _grain.FindAsync(_key),
            nameof(IImageGrain.ForgetAsync) => _grain.ForgetAsync(_key),
            _ => throw new NotSupportedException($"{targetMethod}"),
        };
    }
}
