using System.Buffers;
using System.Runtime.CompilerServices;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;
using Segmentation.Common;
using Segmentation.Masks;

namespace Segmentation.Grains;

/// <summary>Writes values of an enumeration as numbers, where its assembly knows nothing of Orleans.</summary>
internal abstract class EnumCodec<T> : IFieldCodec<T>
    where T : struct, Enum
{
    public void WriteField<TBufferWriter>(
        ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, T value)
        where TBufferWriter : IBufferWriter<byte> =>
        Int32Codec.WriteField(ref writer, fieldIdDelta, Unsafe.BitCast<T, int>(value));

    public T ReadValue<TInput>(ref Reader<TInput> reader, Field field) =>
        Unsafe.BitCast<int, T>(Int32Codec.ReadValue(ref reader, field));
}

/// <inheritdoc />
[RegisterSerializer]
internal sealed class LaneCodec : EnumCodec<Lane>;

/// <inheritdoc />
[RegisterSerializer]
internal sealed class MaskCountCodec : EnumCodec<MaskCount>;

/// <inheritdoc />
[RegisterSerializer]
internal sealed class MaskFormsCodec : EnumCodec<MaskForms>;
