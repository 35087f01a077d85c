using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Segmentation.Gateway.Access;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Tests.Fakes;
using Segmentation.Identity;

namespace Segmentation.Gateway.Tests.Access;

public sealed class CertificateCredentialsTests
{
    [Theory]
    [InlineData("CN=robot, O=anna", "O", "anna")]
    [InlineData("CN=robot, O=Anna Ltd, OU=anna", "OU", "anna")]
    public void Find_OfASubjectWithATenant_IsThatTenants(string subject, string field, string tenant)
    {
        using var certificate = Certificate(subject);
        var credentials = new CertificateCredentials(new() { TenantField = field, Scopes = "segment, read" });

        var principal = credentials.Find(certificate).OrThrow();

        Assert.Equal((tenant, "robot", Scope.Segment | Scope.Read), (principal.Tenant, principal.Subject, principal.Scopes));
        Assert.Equal(certificate.NotAfter.ToUniversalTime(), principal.Expires!.Value.UtcDateTime);
        Assert.Equal($"certificate:{certificate.SerialNumber}", principal.Credential);
    }

    [Fact]
    public void Find_WithoutConfiguredScopes_HasThoseOfAProgram()
    {
        using var certificate = Certificate("CN=robot, O=anna");

        var principal = new CertificateCredentials(new ClientCertificateOptions()).Find(certificate).OrThrow();

        Assert.Equal(Scopes.Usual, principal.Scopes);
    }

    [Theory]
    [InlineData("CN=robot", "CERTIFICATE_WITHOUT_TENANT")]
    [InlineData("CN=robot, O=Anna Ltd", "CERTIFICATE_WITHOUT_TENANT")]
    [InlineData("O=anna", "CERTIFICATE_WITHOUT_NAME")]
    public void Find_OfAnotherSubject_IsRefusedWithTheReason(string subject, string reason)
    {
        using var certificate = Certificate(subject);

        var outcome = new CertificateCredentials(new ClientCertificateOptions()).Find(certificate);

        Assert.Equal(reason, outcome.Problem!.Reason());
    }

    [Fact]
    public void Find_OfAProxy_MayNameTheTenantAndHasNoneItself()
    {
        using var certificate = Certificate("CN=front");

        var principal = new CertificateCredentials(new() { Proxies = "other, front" }).Find(certificate).OrThrow();

        Assert.Equal("", principal.Tenant);
        Assert.True(principal.Has(Scope.Impersonate));
    }

    private static X509Certificate2 Certificate(string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest(subject, key, HashAlgorithmName.SHA256).CreateSelfSigned(now, now.AddDays(1));
    }
}
