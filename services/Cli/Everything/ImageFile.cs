using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Segmentation.Cli.Commands;

namespace Segmentation.Cli.Everything;

/// <summary>One image to search.</summary>
/// <param name="File">The file.</param>
internal sealed record ImageFile(FileInfo File)
{
    /// <summary>The file's name, which results contain.</summary>
    public string Name => File.Name;

    /// <summary>The name without its extension: name of the results.</summary>
    public string Stem => Path.GetFileNameWithoutExtension(File.Name);

    /// <summary>Reads the file.</summary>
    /// <exception cref="CliException">The file cannot be read.</exception>
    public byte[] Read()
    {
        try
        {
            return System.IO.File.ReadAllBytes(File.FullName);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException(error.Message, innerException: error);
        }
    }

    /// <summary>
    /// A number for the image that does not change when images are added: 52 bits of the SHA-256 of its name. This
    /// number and the masks' numbers, counted from it, are exact in every JSON reader.
    /// </summary>
    public long Id => (long)(BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(Name))) >> 12);
}
