using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Segmentation.Models;
using Segmentation.Models.Layouts;
using Segmentation.Sam.Encoders;
using Segmentation.Sam.Images;
using Segmentation.Sam.Runtime;

namespace Segmentation.Sam.Tests.Runtime;

/// <summary>Runs on bound memory. A copy of the host's memory stands in for that of a device.</summary>
public sealed class DeviceBindingTests
{
    [Fact]
    public void Run_MemoryOfADevice_CopiesEachTensorOnce()
    {
        using var session = Doubling();
        var device = new CountingMemory();
        using (var binding = new DeviceBinding(session, device))
        {
            binding.Input<float>("x", 2, 3).Fill(4);
            binding.Output<float>("y", 2, 3);
            binding.Run(TestContext.Current.CancellationToken);

            Assert.Equal([8, 8, 8, 8, 8, 8], binding.Read<float>("y").ToArray());
            Assert.Equal((24, 24), (device.ToDevice, device.ToHost));
        }

        Assert.Equal(0, device.Held);
    }

    [Fact]
    public void Input_SameShape_StaysAtItsAddress()
    {
        using var session = Doubling();
        using var binding = new DeviceBinding(session, new CountingMemory());

        var large = AddressOf(binding.Input<float>("x", 4, 3));
        Assert.Equal(large, AddressOf(binding.Input<float>("x", 4, 3)));
        Assert.Equal(large, AddressOf(binding.Input<float>("x", 1, 3)));
    }

    [Fact]
    public void Run_OtherShapes_GivesTheResultsOfEach()
    {
        using var session = Doubling();
        using var binding = new DeviceBinding(session, BindingMemory.Host);
        foreach (var rows in new[] { 1, 5, 2 })
        {
            binding.Input<float>("x", rows, 3).Fill(rows);
            binding.Output<float>("y", rows, 3);
            binding.Run(TestContext.Current.CancellationToken);

            Assert.Equal(Enumerable.Repeat(2f * rows, 3 * rows), binding.Read<float>("y").ToArray());
        }
    }

    [Fact]
    public void Run_Cancelled_EndsAsCancelled()
    {
        using var session = Doubling();
        using var binding = new DeviceBinding(session, BindingMemory.Host);
        binding.Input<float>("x", 1, 3).Fill(1);
        binding.Output<float>("y", 1, 3);

        Assert.Throws<OperationCanceledException>(() => binding.Run(new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Encode_BatchesOfAnySize_GiveWhatOneImageGives()
    {
        var path = ModelCatalog.Default.Open().EncoderPath;
        var options = new RuntimeOptions { IntraOpThreads = Environment.ProcessorCount };
        var (square, wide) = (Read("astronaut.png"), Read("coffee.png"));
        using var alone = new OnnxImageEncoder(path, options);
        var expected = Encode(alone, [wide]);

        // The square image fills memory that the wide one leaves empty.
        using var bound = new OnnxImageEncoder(path, options);
        Encode(bound, [square]);
        var after = Encode(bound, [wide]);
        var second = Encode(bound, [square, wide])[EncoderLayout.Built.EmbeddingLength..];
        using var filled = new OnnxImageEncoder(path, options with { CudaGraph = true, GraphBatch = 2 });
        var inFixed = Encode(filled, [wide]);

        Assert.Equal(expected, after);
        Assert.InRange(MostApart(expected, second), 0, 1e-3f);
        Assert.InRange(MostApart(expected, inFixed), 0, 1e-3f);
    }

    private static unsafe nint AddressOf(Span<float> memory)
    {
        fixed (float* first = memory)
        {
            return (nint)first;
        }
    }

    private static float MostApart(float[] a, float[] b) => a.Zip(b, (x, y) => MathF.Abs(x - y)).Max();

    private static ModelImage Read(string name) => ImageReader.ReadForModel(
        File.ReadAllBytes(TestData.Path("images", name)), ImageLimits.Default, TestContext.Current.CancellationToken);

    private static float[] Encode(OnnxImageEncoder encoder, ModelImage[] images)
    {
        var values = new float[images.Length * EncoderLayout.Built.EmbeddingLength];
        encoder.Encode(images, values, TestContext.Current.CancellationToken);
        return values;
    }

    private static InferenceSession Doubling() =>
        new(TinyGraph.Create(3, 3, [TinyGraph.Node("Add", "y", "x", "x")]).ToByteArray());

    /// <summary>A device whose memory is the host's, and which counts what is copied.</summary>
    private sealed unsafe class CountingMemory : BindingMemory
    {
        public int ToDevice { get; private set; }

        public int ToHost { get; private set; }

        public int Held { get; private set; }

        public override OrtMemoryInfo Info => OrtMemoryInfo.DefaultInstance;

        public override bool IsShared => false;

        public override nint AllocateHost(nuint bytes)
        {
            Held++;
            return (nint)NativeMemory.AlignedAlloc(bytes, 64);
        }

        public override nint AllocateDevice(nuint bytes) => AllocateHost(bytes);

        public override void FreeHost(nint memory)
        {
            Held--;
            NativeMemory.AlignedFree((void*)memory);
        }

        public override void FreeDevice(nint memory) => FreeHost(memory);

        public override void CopyToDevice(nint from, nint to, nuint bytes)
        {
            ToDevice += (int)bytes;
            NativeMemory.Copy((void*)from, (void*)to, bytes);
        }

        public override void CopyToHost(nint from, nint to, nuint bytes)
        {
            ToHost += (int)bytes;
            NativeMemory.Copy((void*)from, (void*)to, bytes);
        }
    }
}
