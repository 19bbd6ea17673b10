#!/usr/bin/env bash
# Tells the story of the AWS CLI (see README.md); endpoint, region and credentials come from the environment.
# Usage: aws_cli.sh AWS BUCKET PREFIX KEY
set -euo pipefail
aws=$1 bucket=$2 prefix=$3 sunk=$4
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT

echo "buckets $("$aws" s3 ls | cut -d' ' -f3-)"
echo "files $("$aws" s3 ls --recursive "s3://$bucket/topics/" | awk '{print $4}' | tr '\n' ' ' | sed 's/ $//')"
echo "folders $("$aws" s3 ls "s3://$bucket/topics/" | awk '{print $2}' | tr '\n' ' ' | sed 's/ $//')"
"$aws" s3 cp --quiet "s3://$bucket/$sunk" "$folder/sunk"
echo "read $(head -n 1 "$folder/sunk")"
head -c 9000000 /dev/zero >"$folder/big"
"$aws" s3 cp --quiet "$folder/big" "s3://$bucket/${prefix}big"
"$aws" s3 cp --quiet "s3://$bucket/${prefix}big" "s3://$bucket/${prefix}copy"
"$aws" s3 cp --quiet "s3://$bucket/${prefix}copy" - | cmp - "$folder/big" && echo "big the same"
mkdir "$folder/tree" && echo one >"$folder/tree/a b+c=d" && echo two >"$folder/tree/é"
"$aws" s3 sync --quiet "$folder/tree" "s3://$bucket/${prefix}tree"
echo "synced $("$aws" s3 ls --recursive "s3://$bucket/${prefix}tree/" | wc -l | tr -d ' ')"
"$aws" s3 cp --no-progress "$folder/tree/é" "s3://$bucket/$sunk" 2>&1 | grep -o 'AccessDenied' | sed 's/^/put there /' || true
"$aws" s3 rm --quiet --recursive "s3://$bucket/$prefix"
# The backticks are JMESPath's.
# shellcheck disable=SC2016
echo "left $("$aws" s3api list-objects-v2 --bucket "$bucket" --prefix "$prefix" --query 'length(Contents || `[]`)')"
