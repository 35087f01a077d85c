{{/* A Kubernetes quantity in bytes: 512Mi, 2G, 1073741824. */}}
{{- define "segmentation.bytes" -}}
{{- $units := dict "" 1 "k" 1000 "M" 1000000 "G" 1000000000 "T" 1000000000000
  "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776 }}
{{- $text := include "segmentation.number" . }}
{{- $unit := regexFind "[A-Za-z]+$" $text }}
{{- if not (hasKey $units $unit) }}
{{- fail (printf "%s is no number of bytes: use one like 512Mi or 2Gi." $text) }}
{{- end }}
{{- mulf (trimSuffix $unit $text | float64) (index $units $unit) | int64 }}
{{- end }}

{{/* Numbers of values are floating, and large ones would be written with an exponent. */}}
{{- define "segmentation.number" -}}
{{- if and (kindIs "float64" .) (eq . (floor .)) }}{{ int64 . }}{{ else }}{{ . }}{{ end }}
{{- end }}

{{/* Seconds as .NET reads a TimeSpan. */}}
{{- define "segmentation.timeSpan" -}}
{{- $s := int . }}
{{- printf "%02d:%02d:%02d" (div $s 3600) (mod (div $s 60) 60) (mod $s 60) }}
{{- end }}
