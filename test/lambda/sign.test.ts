import { sha256, signRequest } from '../../lambda/sign';

test('the example of the S3 documentation gets the signature printed there', () => {
  const headers = signRequest({
    method: 'GET',
    url: new URL('https://examplebucket.s3.amazonaws.com/test.txt'),
    headers: { range: 'bytes=0-9' },
    bodySha256: sha256(''),
    region: 'us-east-1',
    credentials: {
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    },
    at: new Date('2013-05-24T00:00:00Z'),
  });
  expect(headers.authorization).toBe(
    'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,' +
      'SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,' +
      'Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  );
});

test('temporary keys sign their session token too', () => {
  const headers = signRequest({
    method: 'PUT',
    url: new URL('https://b.s3.eu-west-1.amazonaws.com/k'),
    headers: {},
    bodySha256: sha256(''),
    region: 'eu-west-1',
    credentials: { accessKeyId: 'A', secretAccessKey: 'S', sessionToken: 'T' },
    at: new Date(0),
  });
  expect(headers['x-amz-security-token']).toBe('T');
  expect(headers.authorization).toContain('SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,');
});
