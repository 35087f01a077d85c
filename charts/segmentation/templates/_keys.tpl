{{/* The Secret with the gateways' API keys; empty: there is none. */}}
{{- define "segmentation.keysSecret" -}}
{{- $identity := .Values.identity }}
{{- if $identity.existingSecret }}
{{- $identity.existingSecret }}
{{- else if $identity.firstKey.create }}
{{- include "segmentation.fullname" . }}-keys
{{- end }}
{{- end }}

{{/* The Secret that all gateways derive the keys of session cookies from. */}}
{{- define "segmentation.studioSecret" -}}
{{- .Values.identity.studio.existingSecret | default (printf "%s-studio" (include "segmentation.fullname" .)) }}
{{- end }}

{{/*
A new API key: seg_<id>_<secret><checksum>, as services/Identity/Keys/ApiKey.cs has it. The random numbers are those for
cryptography.
*/}}
{{- define "segmentation.newKey" -}}
{{- $text := printf "seg_%s_%s" (randAlphaNum 8) (randAlphaNum 43) }}
{{- $text }}{{ include "segmentation.base62" (include "segmentation.crc32" $text | int64) }}
{{- end }}

{{/* The keys file with one key: (dict "key" <the key> "values" <firstKey>). It has the key's hash only. */}}
{{- define "segmentation.keysFile" -}}
{{- $record := dict "id" (substr 4 12 .key) "hash" (printf "sha256:%s" (sha256sum .key)) }}
{{- $_ := set $record "created" (dateInZone "2006-01-02T15:04:05Z" now "UTC") }}
{{- toPrettyJson (dict "keys" (list (merge $record (pick .values "tenant" "name" "scopes")))) }}
{{- end }}

{{/* Six digits of base 62. */}}
{{- define "segmentation.base62" -}}
{{- $digits := "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" }}
{{- $rest := . }}
{{- $text := "" }}
{{- range until 6 }}
{{- $at := mod $rest 62 | int }}
{{- $text = printf "%s%s" (substr $at (add1 $at | int) $digits) $text }}
{{- $rest = div $rest 62 }}
{{- end }}
{{- $text }}
{{- end }}

{{/* CRC-32 of a text of ASCII letters, bit by bit. */}}
{{- define "segmentation.crc32" -}}
{{- $text := . }}
{{- $polynomial := 3988292384 }}
{{- $ones := 4294967295 }}
{{- $crc := $ones }}
{{- range $at := until (len $text) }}
{{- $crc = include "segmentation.xor" (list $crc (index $text $at)) | int64 }}
{{- range until 8 }}
{{- $isOdd := eq (mod $crc 2) 1 }}
{{- $crc = div $crc 2 }}
{{- if $isOdd }}{{ $crc = include "segmentation.xor" (list $crc $polynomial) | int64 }}{{ end }}
{{- end }}
{{- end }}
{{- include "segmentation.xor" (list $crc $ones) }}
{{- end }}

{{/* Exclusive or of two numbers of 32 bits, for which templates have no function. */}}
{{- define "segmentation.xor" -}}
{{- $a := index . 0 }}
{{- $b := index . 1 }}
{{- $result := 0 }}
{{- $bit := 1 }}
{{- range until 32 }}
{{- if ne (mod (div $a $bit) 2) (mod (div $b $bit) 2) }}{{ $result = add $result $bit }}{{ end }}
{{- $bit = mul $bit 2 }}
{{- end }}
{{- $result }}
{{- end }}
