{{/*
Checks that a program's caches fit into its container. The .NET runtime uses three quarters of a container's memory for
objects; the rest is for native memory, ONNX Runtime's above all.
*/}}
{{- define "segmentation.memoryChecks" -}}
{{- $values := index .root.Values .tier }}
{{- $mib := 1048576 }}
{{- $held := dict
  "gateway" (dict "Uploads.MaxBytesInFlight" (mul 512 $mib) "Answers.MaxBytesInFlight" (mul 512 $mib))
  "decoder" (dict "Decoder.HotImageBytes" (mul 2048 $mib) "Decoder.MaskLogitBytes" (mul 64 $mib))
  "encoder" (dict "Encoder.MaxBytesInFlight" (mul 512 $mib))
  "projects" (dict "Projects.MaxBytesInFlight" (mul 512 $mib)) }}
{{- $sum := 0 }}
{{- range $option, $default := index $held .tier }}
{{- $path := splitList "." $option }}
{{- $sum = dig (first $path) (last $path) $default $values.options | int64 | add $sum }}
{{- end }}
{{- $limit := $values.resources.limits.memory }}
{{- if lt (mulf (include "segmentation.bytes" $limit | float64) 0.75) (float64 $sum) }}
- {{ .tier }}.resources.limits.memory is {{ $limit }}, of which three quarters are for objects, but
  {{ index $held .tier | keys | sortAlpha | join " and " }} allow {{ div $sum $mib }} MiB: raise the limit to at
  least {{ div (mul (div $sum $mib) 4) 3 | add1 }}Mi, or lower {{ .tier }}.options.
{{ end }}
{{- end }}
