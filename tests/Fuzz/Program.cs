using Segmentation.Fuzz;

return await FuzzCommand.Create().Parse(args).InvokeAsync();
