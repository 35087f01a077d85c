using Segmentation.ModelBuilder.Packaging;

return await BuildCommand.Create().Parse(args).InvokeAsync();
