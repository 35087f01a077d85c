using System.Security.Cryptography.X509Certificates;
using Segmentation.Common;
using Segmentation.Common.Configuration;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Identity;
using Segmentation.Identity;

namespace Segmentation.Gateway.Access;

/// <summary>Callers by the certificate of their connection, whose authority the TLS handshake has checked.</summary>
internal sealed class CertificateCredentials
{
    private const string CommonName = "2.5.4.3";
    private const string Organization = "2.5.4.10";
    private const string OrganizationalUnit = "2.5.4.11";

    private readonly string _field;
    private readonly string _fieldName;
    private readonly Scope _scopes;
    private readonly IReadOnlyList<string> _proxies;

    public CertificateCredentials(ClientCertificateOptions options)
    {
        _fieldName = options.TenantField;
        _field = options.TenantField == "O" ? Organization : OrganizationalUnit;
        _ = Scopes.TryParse(NameList.Of(options.Scopes), out _scopes, out _);
        _proxies = NameList.Of(options.Proxies);
    }

    /// <summary>The subject of a certificate, or UNAUTHENTICATED, which says what its subject lacks.</summary>
    public Outcome<Principal> Find(X509Certificate2 certificate)
    {
        var name = FieldOf(certificate, CommonName);
        if (name is null)
        {
            return AccessProblems.Unauthenticated(
                "CERTIFICATE_WITHOUT_NAME", "The client certificate's subject has no common name (CN).");
        }

        var isProxy = _proxies.Contains(name, StringComparer.Ordinal);
        var tenant = isProxy ? "" : FieldOf(certificate, _field);
        if (!isProxy && !TenantName.IsValid(tenant))
        {
            return AccessProblems.Unauthenticated(
                "CERTIFICATE_WITHOUT_TENANT",
                $"The client certificate's subject names no tenant: its {_fieldName} must be {TenantName.Rule}.");
        }

        return new Principal
        {
            Tenant = tenant!,
            Subject = name,
            Credential = $"certificate:{certificate.SerialNumber}",
            Scopes = isProxy ? Scopes.Usual | Scope.Impersonate : _scopes,
            Expires = certificate.NotAfter.ToUniversalTime(),
        };
    }

    private static string? FieldOf(X509Certificate2 certificate, string oid) =>
        certificate.SubjectName.EnumerateRelativeDistinguishedNames()
            .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == oid)
            .Select(part => part.GetSingleElementValue())
            .FirstOrDefault(value => !string.IsNullOrWhiteSpace(value));
}
