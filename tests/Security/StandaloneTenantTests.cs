namespace Segmentation.Security.Tests;

/// <summary>Tenants of all tiers in one process.</summary>
public sealed class StandaloneTenantTests(SecuredStandalone server) : TenantTests(server), IClassFixture<SecuredStandalone>;
