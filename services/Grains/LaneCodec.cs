using System.Buffers;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;
using Segmentation.Common;

namespace Segmentation.Grains;

/// <summary>Writes a <see cref="Lane"/> in a message, as a number: its own assembly knows nothing of Orleans.</summary>
[RegisterSerializer]
internal sealed class LaneCodec : IFieldCodec<Lane>
{
    public void WriteField<TBufferWriter>(
        ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, Lane value)
        where TBufferWriter : IBufferWriter<byte> =>
        Int32Codec.WriteField(ref writer, fieldIdDelta, (int)value);

    public Lane ReadValue<TInput>(ref Reader<TInput> reader, Field field) =>
        (Lane)Int32Codec.ReadValue(ref reader, field);
}
