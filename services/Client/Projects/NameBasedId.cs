using System.Security.Cryptography;
using System.Text;

namespace Segmentation.Client.Projects;

/// <summary>UUIDs of version 5 (RFC 9562): the same names give the same id, in every process.</summary>
public static class NameBasedId
{
    /// <summary>Makes an id.</summary>
    /// <param name="space">Id within which the name is unique.</param>
    /// <param name="name">The name.</param>
    public static Guid Of(Guid space, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var text = Encoding.UTF8.GetBytes(name);
        var bytes = new byte[16 + text.Length];
        space.TryWriteBytes(bytes, bigEndian: true, out _);
        text.CopyTo(bytes, 16);

        // The RFC names SHA-1; nothing here rests on its strength.
#pragma warning disable CA5350
        var hash = SHA1.HashData(bytes).AsSpan(0, 16);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash, bigEndian: true);
    }
}
