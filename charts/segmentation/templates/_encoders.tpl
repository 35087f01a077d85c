{{/*
The Deployments of encoders: puts their contexts into .into as "list". A pool has the values of encoder, with its own over
them, and models of its own. Without pools there is one Deployment, of the values as they are.
*/}}
{{- define "segmentation.encoders" -}}
{{- $root := .root }}
{{- $contexts := list }}
{{- range $pool := $root.Values.encoder.pools }}
{{- $encoder := mergeOverwrite (deepCopy $root.Values.encoder) (deepCopy (omit $pool "name" "models")) }}
{{- $_ := set $encoder "pools" list }}
{{- $model := deepCopy $root.Values.model }}
{{- with $pool.models }}
{{- $_ := set $model "id" (first .) }}
{{- $_ := set $model "others" (rest .) }}
{{- end }}
{{- $values := merge (dict "encoder" $encoder "model" $model) (omit $root.Values "encoder" "model") }}
{{- $own := dict "Values" $values }}
{{- range list "Chart" "Release" "Capabilities" "Files" "Template" }}
{{- $_ := set $own . (get $root .) }}
{{- end }}
{{- $contexts = append $contexts (dict "root" $own "tier" "encoder" "pool" $pool.name) }}
{{- end }}
{{- $_ := set .into "list" ($contexts | default (list (dict "root" $root "tier" "encoder"))) }}
{{- end }}

{{/* The Deployments of the release's programs: puts their contexts into .into as "list". */}}
{{- define "segmentation.programs" -}}
{{- $root := .root }}
{{- $encoders := dict }}
{{- include "segmentation.encoders" (dict "root" $root "into" $encoders) }}
{{- $list := list (dict "root" $root "tier" "gateway") (dict "root" $root "tier" "decoder") }}
{{- if $root.Values.projects.enabled }}{{ $list = append $list (dict "root" $root "tier" "projects") }}{{ end }}
{{- $_ := set .into "list" (concat $list $encoders.list) }}
{{- end }}

{{/* Says "push" where KEDA asks the gateways of the release for at least one Deployment of encoders. */}}
{{- define "segmentation.scaler" -}}
{{- $encoders := dict }}
{{- include "segmentation.encoders" (dict "root" . "into" $encoders) }}
{{- range $encoders.list }}
{{- $keda := .root.Values.encoder.keda }}
{{- if and $keda.enabled (eq $keda.trigger "push") }}push{{ end }}
{{- end }}
{{- end }}

{{/* Longest time that an upload waits for an encoder which KEDA starts, in seconds; empty where encoders never are at 0. */}}
{{- define "segmentation.startSeconds" -}}
{{- $encoders := dict }}
{{- include "segmentation.encoders" (dict "root" . "into" $encoders) }}
{{- $most := 0 }}
{{- range $encoders.list }}
{{- $keda := .root.Values.encoder.keda }}
{{- if and $keda.enabled (eq (int $keda.minReplicas) 0) }}{{ $most = max $most (int $keda.startSeconds) }}{{ end }}
{{- end }}
{{- if $most }}{{ $most }}{{ end }}
{{- end }}

{{/* Name of the Service that KEDA asks. */}}
{{- define "segmentation.scalerHost" -}}
{{ include "segmentation.name" (dict "root" . "tier" "gateway") }}-scaler.{{ .Release.Namespace }}
{{- end }}
