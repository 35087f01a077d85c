using System.Globalization;
using System.Security.Cryptography;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel;
using Microsoft.AspNetCore.DataProtection.Repositories;
using TextEncoding = System.Text.Encoding;

namespace Segmentation.Gateway.SignIn;

/// <summary>
/// A key ring of one key, derived from a secret: servers with the same secret take each other's cookies, also after a
/// restart, and share no database for that. A new secret ends all sessions.
/// </summary>
internal sealed class SecretKeyRing : IXmlRepository
{
    private const string Info = "Segmentation studio: key ring, version 1";
    private const int IdBytes = 16;
    private const int MasterKeyBytes = 64;

    private readonly XElement _key;

    /// <summary>Derives the key.</summary>
    /// <param name="secret">Text that is hard to guess.</param>
    public SecretKeyRing(string secret)
    {
        var derived = HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            TextEncoding.UTF8.GetBytes(secret),
            IdBytes + MasterKeyBytes,
            info: TextEncoding.UTF8.GetBytes(Info));
        using var master = new Secret(derived.AsSpan(IdBytes).ToArray());
        var serialized = new AuthenticatedEncryptorDescriptor(new AuthenticatedEncryptorConfiguration(), master).ExportToXml();
        _key = new XElement(
            "key",
            new XAttribute("id", new Guid(derived.AsSpan(0, IdBytes))),
            new XAttribute("version", 1),
            Time("creationDate", 2000),
            Time("activationDate", 2000),
            Time("expirationDate", 9000),
            new XElement(
                "descriptor",
                new XAttribute("deserializerType", serialized.DeserializerType.AssemblyQualifiedName!),
                serialized.SerializedDescriptorElement));
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<XElement> GetAllElements() => [new XElement(_key)];

    /// <inheritdoc/>
    public void StoreElement(XElement element, string friendlyName) =>
        throw new NotSupportedException("The key ring is derived from a secret: no key is added to it.");

    private static XElement Time(string name, int year) =>
        new(name, new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero).ToString("O", CultureInfo.InvariantCulture));
}
