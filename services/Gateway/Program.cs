using Segmentation.Embeddings.Hosting;
using Segmentation.Gateway.Encoding;
using Segmentation.Gateway.Hosting;
using Segmentation.Gateway.Projects;
using Segmentation.Gateway.Scaling;
using Segmentation.Models;
using Segmentation.ServiceDefaults;
using Segmentation.ServiceDefaults.Hosting;

return HealthProbe.IsAsked(args) ? await HealthProbe.RunAsync(args, EndpointOptions.Section, GatewayServices.HttpPort)
    : FirstKey.IsAsked(args) ? await FirstKey.RunAsync(args, Console.Out)
    : SmokeTest.IsAsked(args) ? await SmokeTest.RunAsync(args, Console.Out)
    : await HostRun.RunAsync(Build, typeof(ModelException));

WebApplication Build()
{
    // Settings lie beside the program, wherever it is started: the current folder is watched recursively otherwise.
    var builder = WebApplication.CreateBuilder(
        new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddQuietLogs(ClusterClient.QuietLogs);
    builder.AddServiceDefaults("segmentation-gateway");
    builder.AddScaling().AddGateway().AddClusterClient();
    var models = ConfiguredModels.Open(builder.Configuration);
    builder.Services.AddSingleton(models).AddModelNotices(models);
    builder.Services.AddGrpcImageEncoder();
    builder.Services.AddEmbeddings(builder.Configuration);
    builder.Services.AddForwardedProjects();
    return builder.Build().MapGateway().MapForwardedProjects();
}
