using Segmentation.Decoder.Hosting;
using Segmentation.Embeddings.Hosting;
using Segmentation.Models;
using Segmentation.Sam.Runtime;
using Segmentation.ServiceDefaults;
using Segmentation.ServiceDefaults.Hosting;

return HealthProbe.IsAsked(args)
    ? await HealthProbe.RunAsync(args, SiloOptions.Section, SiloOptions.DefaultHttpPort)
    : await HostRun.RunAsync(Build, typeof(ModelException), typeof(RuntimeUnavailableException));

WebApplication Build()
{
    // Settings lie beside the program, wherever it is started: the current folder is watched recursively otherwise.
    var builder = WebApplication.CreateBuilder(
        new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddQuietLogs(SiloHost.QuietLogs);
    builder.AddServiceDefaults("segmentation-decoder");
    builder.Services.AddEmbeddings(builder.Configuration);
    builder.AddSilo(ConfiguredModels.Open(builder.Configuration));
    return builder.Build().MapSilo();
}
