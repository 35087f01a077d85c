using System.Text.Json.Serialization;

namespace Segmentation.Models.Layouts;

/// <summary>Layout of an encoder: its input, and what it computes.</summary>
public sealed record EncoderLayout
{
    /// <summary>Layout of encoders that ModelBuilder wrote.</summary>
    public static EncoderLayout Built { get; } = new()
    {
        Form = PixelForm.Built,
        Input = "pixels",
        Type = NumberType.U8,
        Tensors = [new(TensorRole.Embedding, "embedding", [256, 64, 64])],
    };

    /// <summary>Form of the pixels.</summary>
    public required PixelForm Form { get; init; }

    /// <summary>Name of the input for the pixels.</summary>
    public required string Input { get; init; }

    /// <summary>Type of that input.</summary>
    public NumberType Type { get; init; }

    /// <summary>Mean of red, green and blue, 0 to 255; null where the graph subtracts a mean itself.</summary>
    public IReadOnlyList<float>? Mean { get; init; }

    /// <summary>Deviation of red, green and blue, 0 to 255; null where <see cref="Mean"/> is.</summary>
    public IReadOnlyList<float>? Deviation { get; init; }

    /// <summary>
    /// Rows of the input where the graph fixes them: an image is padded or refused; null where it does not.
    /// </summary>
    public int? FixedRows { get; init; }

    /// <summary>Columns of the input where the graph fixes them; null where it does not.</summary>
    public int? FixedColumns { get; init; }

    /// <summary>True if one run may take several images.</summary>
    public bool IsBatched { get; init; } = true;

    /// <summary>
    /// Tensors that are stored for each image: the embedding first, then others in the order of their roles.
    /// </summary>
    public required IReadOnlyList<EncoderTensor> Tensors { get; init; }

    /// <summary>
    /// Values for one image, of all tensors one behind the other. So they are passed on and stored.
    /// </summary>
    [JsonIgnore]
    public int EmbeddingLength => Tensors.Sum(tensor => tensor.Length);
}
