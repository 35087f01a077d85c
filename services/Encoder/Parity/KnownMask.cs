using Segmentation.Masks;
using Segmentation.Sam.Prompts;

namespace Segmentation.Encoder.Parity;

/// <summary>A photograph of 256 x 171 pixels, a prompt, and the masks that models are known to give for it.</summary>
internal static class KnownMask
{
    private const string Folder = "Segmentation.Encoder.Parity.";

    /// <summary>A box around a cup and its saucer, whose edges are sharp.</summary>
    public static Prompt Prompt { get; } = new() { Box = new BoxPrompt(30, 5, 225, 160) };

    /// <summary>The photograph, a JPEG.</summary>
    public static byte[] ReadImage()
    {
        using var resource = Open("coffee.jpg") ?? throw new InvalidDataException("The known image is missing.");
        using var copy = new MemoryStream();
        resource.CopyTo(copy);
        return copy.ToArray();
    }

    /// <summary>Mask of a model on the CPU in 32 bits; null for a model without a recorded mask.</summary>
    /// <param name="model">The model's id.</param>
    public static RunLengths? Of(string model)
    {
        using var resource = Open($"coffee.{model}.rle");
        if (resource is null)
        {
            return null;
        }

        using var text = new StreamReader(resource);
        return RunLengths.FromCocoString(height: 171, width: 256, text.ReadToEnd().Trim());
    }

    private static Stream? Open(string name) => typeof(KnownMask).Assembly.GetManifestResourceStream(Folder + name);
}
