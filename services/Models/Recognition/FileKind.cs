namespace Segmentation.Models.Recognition;

/// <summary>Tells files that are no ONNX graph by their first bytes.</summary>
internal static class FileKind
{
    /// <summary>Checks the start of a file, and leaves the stream at it.</summary>
    /// <exception cref="ModelException">The file is of another kind; the message says which would work.</exception>
    public static void Check(string path, Stream stream)
    {
        var start = new byte[16];
        var read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        var bytes = start.AsSpan(0, read);
        if (read == 0)
        {
            throw new ModelException($"'{path}' is empty. Download it again.");
        }

        if (read > 8 && bytes[4..8].SequenceEqual("ORTM"u8))
        {
            throw new ModelException(
                $"'{path}' is in ONNX Runtime's own format (.ort), which cannot be checked against other graphs. "
                + "Take the .onnx file that it was made from.");
        }

        if (bytes.StartsWith("PK"u8))
        {
            throw new ModelException(
                $"'{path}' is a ZIP archive or a PyTorch checkpoint. Unpack an archive and add the folder; export a "
                + "checkpoint to ONNX first, encoder and decoder (docs/models.md).");
        }

        if (bytes.StartsWith("version https://"u8))
        {
            throw new ModelException(
                $"'{path}' is a pointer of Git LFS, not the file itself. Fetch the file with 'git lfs pull', or download "
                + "it.");
        }
    }

    /// <summary>Words the error for a file that cannot be read as ONNX.</summary>
    public static string NoOnnx(string path) =>
        $"'{path}' is not an ONNX graph. Add .onnx files: an encoder and its decoder (docs/models.md).";
}
