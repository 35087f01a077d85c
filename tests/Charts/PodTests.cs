using System.Globalization;
using k8s.Models;

namespace Segmentation.Charts.Tests;

/// <summary>What every pod must be, whatever it serves.</summary>
public sealed class PodTests
{
    [Theory]
    [MemberData(nameof(Render.Examples), MemberType = typeof(Render))]
    public void Container_Any_AsksForCpuAndMemoryAndIsLimitedInMemoryOnly(string example) =>
        Assert.All(Render.Of(example).Workloads, pod =>
        {
            var resources = pod.Container.Resources;
            Assert.True(resources.Requests["cpu"].ToDecimal() > 0);
            Assert.True(resources.Requests["memory"].ToDecimal() > 0);
            Assert.True(resources.Limits["memory"].ToDecimal() >= resources.Requests["memory"].ToDecimal());
            Assert.False(resources.Limits.ContainsKey("cpu"), $"{pod} has a CPU limit.");
        });

    [Fact]
    public void Encoder_OnGpu_AsksForAsManyGpusAsItIsLimitedTo()
    {
        var encoder = Render.Of("production-gpu").Tiers.Single(pod => pod.Component == "encoder");

        Assert.Equal("Cuda", encoder.Environment["Segmentation__Encoder__Provider"]);
        Assert.EndsWith("-gpu", encoder.Container.Image, StringComparison.Ordinal);
        Assert.Equal("1", encoder.Container.Resources.Limits["nvidia.com/gpu"].ToString());
        Assert.Equal("1", encoder.Container.Resources.Requests["nvidia.com/gpu"].ToString());
        Assert.Equal("6Gi", encoder.Container.Resources.Requests["memory"].ToString());
    }

    [Theory]
    [InlineData("projects-trial")]
    [InlineData("projects")]
    public void Projects_ThatImport_HaveRoomOnDiskForTheLargestUpload(string example)
    {
        const decimal MaxUploadBytes = 68_719_476_736;
        var projects = Render.Of(example).Tiers.Single(pod => pod.Component == "projects");

        var mount = projects.Container.VolumeMounts.Single(one => one.MountPath == projects.Environment["TMPDIR"]);
        var room = projects.Spec.Volumes.Single(volume => volume.Name == mount.Name).EmptyDir;
        Assert.Null(room.Medium);
        Assert.True(room.SizeLimit.ToDecimal() >= MaxUploadBytes, $"{room.SizeLimit}");
    }

    [Theory]
    [MemberData(nameof(Render.Examples), MemberType = typeof(Render))]
    public void Pod_Any_HasNoRights(string example) => Assert.All(Render.Of(example).Workloads, pod =>
    {
        var container = pod.Container.SecurityContext;
        Assert.True(pod.Spec.SecurityContext.RunAsNonRoot);
        Assert.NotEqual(0, pod.Spec.SecurityContext.RunAsUser);
        Assert.Equal("RuntimeDefault", pod.Spec.SecurityContext.SeccompProfile.Type);
        Assert.True(container.ReadOnlyRootFilesystem);
        Assert.False(container.AllowPrivilegeEscalation);
        Assert.Equal(["ALL"], container.Capabilities.Drop);
        Assert.Null(container.Capabilities.Add);
        Assert.False(pod.Spec.AutomountServiceAccountToken);
        Assert.Null(pod.Spec.HostNetwork);
    });

    [Theory]
    [MemberData(nameof(Render.Examples), MemberType = typeof(Render))]
    public void Pod_OfADeployment_HasAnAccountWithoutToken(string example)
    {
        var render = Render.Of(example);
        Assert.All(render.Servers, pod =>
        {
            var name = pod.Spec.ServiceAccountName;
            var account = render.All<V1ServiceAccount>().Single(one => one.Metadata.Name == name);
            Assert.False(account.AutomountServiceAccountToken);
        });
    }

    [Theory]
    [MemberData(nameof(Render.Examples), MemberType = typeof(Render))]
    public void Tier_Probed_LivesByItsProcessAndIsReadyByWhatItNeeds(string example) =>
        Assert.All(Render.Of(example).Tiers, pod =>
        {
            Assert.Equal("/healthz", pod.Container.StartupProbe.HttpGet.Path);
            Assert.Equal("/healthz", pod.Container.LivenessProbe.HttpGet.Path);
            Assert.Equal("/readyz", pod.Container.ReadinessProbe.HttpGet.Path);

            // The port without TLS, and the last that a program opens.
            Assert.Equal("operators", pod.Container.ReadinessProbe.HttpGet.Port.Value);
        });

    [Theory]
    [MemberData(nameof(Render.Examples), MemberType = typeof(Render))]
    public void Server_Any_IsProbedWhereItListens(string example) => Assert.All(Render.Of(example).Servers, pod =>
        Assert.All(
            new[] { pod.Container.StartupProbe, pod.Container.LivenessProbe, pod.Container.ReadinessProbe },
            probe => Assert.True(pod.Listens(Workload.PortOf(probe)))));

    [Theory]
    [MemberData(nameof(Render.Examples), MemberType = typeof(Render))]
    public void Tier_Stopped_HasTimeForItsDrain(string example) => Assert.All(Render.Of(example).Tiers, pod =>
    {
        var drain = pod.Environment.TryGetValue("Segmentation__Silo__DrainTimeout", out var timeSpan)
            ? TimeSpan.Parse(timeSpan, CultureInfo.InvariantCulture).TotalSeconds
            : double.Parse(pod.Environment["DOTNET_SHUTDOWNTIMEOUTSECONDS"], CultureInfo.InvariantCulture);
        var pause = pod.Container.Lifecycle?.PreStop.Sleep.Seconds ?? 0;

        Assert.True(pod.Spec.TerminationGracePeriodSeconds > drain + pause, $"{pod} is killed before it has drained.");
    });

    [Theory]
    [InlineData("production-gpu", "registry.example.com/vision/segmentation-models:1", null)]
    [InlineData("external-redis", null, "segmentation-models")]
    public void Tier_WithAModelVolume_ReadsModelsFromIt(string example, string? image, string? claim) =>
        Assert.All(Render.Of(example).Tiers, pod =>
        {
            var volume = pod.Spec.Volumes.Single(one => one.Name == "models");
            var mount = pod.Container.VolumeMounts.Single(one => one.Name == "models");

            Assert.Equal(image, volume.Image?.Reference);
            Assert.Equal(claim, volume.PersistentVolumeClaim?.ClaimName);
            Assert.True(mount.ReadOnlyProperty);
            Assert.Equal(mount.MountPath, pod.Environment["Segmentation__Model__Root"]);
        });

    [Theory]
    [MemberData(nameof(Render.Examples), MemberType = typeof(Render))]
    public void Volume_Any_IsMountedAndEveryMountHasOne(string example) => Assert.All(Render.Of(example).Servers, pod =>
        Assert.Equal(
            pod.Volumes.Order(),
            pod.Container.VolumeMounts.Select(mount => mount.Name).Order()));
}
